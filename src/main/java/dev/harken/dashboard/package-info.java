/** The reviewer's pages on the main port. */
package dev.harken.dashboard;
