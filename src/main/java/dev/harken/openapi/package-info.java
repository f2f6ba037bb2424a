/** What the API looks like to a program: {@code /openapi.json}, made of the resources when Harken is built. */
package dev.harken.openapi;
