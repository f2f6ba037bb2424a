/** What the reviewer's pages load, under addresses that change with it. */
package dev.harken.dashboard.assets;
