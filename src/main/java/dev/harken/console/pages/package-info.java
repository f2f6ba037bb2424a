/** The operator's pages: each a resource that gathers what is known already, and a template that shows it. */
package dev.harken.console.pages;
