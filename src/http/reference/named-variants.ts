import type { SwaggerTransformObject } from '@fastify/swagger';

/** Names the variants of each `discriminator` by their titles: OpenAPI lets it choose among named schemas alone. */
export const nameVariants: SwaggerTransformObject = (made) => {
  const schemas: Record<string, unknown> = {};
  const document = JSON.parse(JSON.stringify('openapiObject' in made ? made.openapiObject : {}), (_key, part) => {
    if (part?.discriminator === undefined) return part;
    const { propertyName } = part.discriminator;
    const mapping: Record<string, string> = {};
    for (const variant of part.oneOf) {
      schemas[variant.title] = variant;
      for (const tag of variant.properties[propertyName].enum) mapping[tag] = `#/components/schemas/${variant.title}`;
    }
    return {
      ...part,
      discriminator: { propertyName, mapping },
      oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
    };
  });
  Object.assign(document.components.schemas, schemas);
  return document;
};
