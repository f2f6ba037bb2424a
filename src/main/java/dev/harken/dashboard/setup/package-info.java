/** The pages on which users set up what Harken does: configs, channels, clients and users. */
package dev.harken.dashboard.setup;
