/** The page on which a person reads the API's description, and tries the API. */
package dev.harken.dashboard.docs;
