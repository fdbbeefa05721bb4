// A file of its own, since the page's policy lets no script run that stands in the page.
SwaggerUIBundle({
  url: "/openapi",
  dom_id: "#document",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // No document of another origin may be shown under this address, nor checked by another server.
  queryConfigEnabled: false,
  validatorUrl: null,
});
