/** All findings about a database at one moment, and how they read without a browser. */
package dev.harken.console.doctor;
