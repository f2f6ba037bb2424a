/** Reddit's and reviewers' texts as the pages show them. */
package dev.harken.dashboard.text;
