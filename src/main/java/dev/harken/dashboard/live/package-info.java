/** What happens while a page is open, told to the page. */
package dev.harken.dashboard.live;
