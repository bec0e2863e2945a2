"use strict";

// Swagger UI over the document that the page names. It asks nobody else: no validator, no fonts.
window.addEventListener("load", () => {
  const place = document.getElementById("operations");
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    validatorUrl: null,
    queryConfigEnabled: false,
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
  });
});
