/* The API's own page: Swagger UI over this service's description. */
(() => {
  "use strict";
  const base = document.getElementById("api").dataset.base;
  const login = `${base}api/auth/login`;
  const ui = window.SwaggerUIBundle({
    dom_id: "#api",
    url: `${base}openapi.json`,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    // Its colours are hard to read.
    syntaxHighlight: false,
    // The description is checked when Harken is built: no other host is asked what it thinks of it.
    validatorUrl: null,
    // Who signs in here need not carry the token over to the other calls by hand.
    responseInterceptor: response => {
      if (response.ok && new URL(response.url, location.href).pathname === login && response.body?.access_token) {
        ui.preauthorizeApiKey("token", response.body.access_token);
      }
      return response;
    },
  });
})();
