/** What Swagger UI's own style lacks: room on a phone, and tables in descriptions. */
export const docsStyle = `
/* No answer of the document has links. */
.swagger-ui .responses-table .response-col_links { display: none !important }
.swagger-ui .renderedMarkdown table { width: auto; margin: 8px 0; border-collapse: collapse }
.swagger-ui .renderedMarkdown table :is(th, td) { padding: 4px 12px 4px 0; text-align: left; vertical-align: top }
.swagger-ui .renderedMarkdown table tbody tr { border-top: 1px solid #3b415133 }
.swagger-ui .renderedMarkdown code { overflow-wrap: anywhere; white-space: normal }
.swagger-ui .filter .operation-filter-input { max-width: 30rem; border-color: #8b909b }
.swagger-ui .opblock .opblock-summary-path { overflow-wrap: anywhere }
.swagger-ui .json-schema-2020-12 { overflow-wrap: anywhere }

@media (max-width: 640px) {
  .swagger-ui .wrapper, .swagger-ui .scheme-container .schemes { padding: 0 10px }
  .swagger-ui :is(.opblock-description-wrapper, .opblock-external-docs-wrapper, .opblock-title_normal,
    .responses-inner, .parameters-container .table-container, .opblock-section-request-body .opblock-description-wrapper) { padding: 10px }
  .swagger-ui .opblock .opblock-section-header { flex-wrap: wrap; gap: 6px }
  /* A name above its description: beside it both would be a column of single words. */
  .swagger-ui :is(.parameters, .responses-table) > thead { display: none }
  .swagger-ui :is(.parameters, .responses-table) > tbody > tr > td { display: block; width: auto; max-width: none !important; padding: 4px 0 }
  .swagger-ui :is(.parameters, .responses-table) > tbody > tr { display: block; padding-bottom: 10px }
  .swagger-ui :is(.parameters, .responses-table), .swagger-ui :is(.parameters, .responses-table) > tbody { display: block }
  .swagger-ui .parameters-col_description :is(input, select, textarea), .swagger-ui .body-param textarea { width: 100%; min-width: 0 }
  .swagger-ui .renderedMarkdown table thead { display: none }
  .swagger-ui .renderedMarkdown table tbody tr { display: grid; grid-template-columns: 3rem 1fr }
  .swagger-ui .renderedMarkdown table tbody td:nth-child(n + 3) { grid-column: 2; padding-top: 0 }
  .swagger-ui select { max-width: 100%; min-width: 0 }
  .swagger-ui .response-controls, .swagger-ui .examples-select { flex-wrap: wrap; min-width: 0 }
  .swagger-ui .dialog-ux .modal-ux { min-width: 0; width: calc(100% - 20px) }
}
`;
