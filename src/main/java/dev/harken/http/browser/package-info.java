/** What keeps a browser from being used against the pages, the operator's and the reviewer's alike. */
package dev.harken.http.browser;
