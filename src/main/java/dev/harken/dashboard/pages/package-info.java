/** The reviewer's pages: the feed, a post with its drafts, and what is done with them. */
package dev.harken.dashboard.pages;
