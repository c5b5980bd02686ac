// Codes and texts as the API words them: https://www.amocrm.ru/developers/content/crm_platform/error-codes
const DETAILS = {
  NotSupportedChoice: 'The value you selected is not a valid choice.',
  FieldMissing: 'This field is missing.',
  FieldNotExpected: 'This field was not expected.',
  NotNullable: 'This value should not be null.',
};

export interface Violation {
  code: string;
  path: string;
  detail: string;
}

/** Paths already carry the item's own prefix, e.g. `custom_fields_values.0.field_id`. */
export function violation(code: keyof typeof DETAILS, path: string): Violation {
  return { code, path, detail: DETAILS[code] };
}

export function wrongType(path: string, type: string): Violation {
  return { code: 'InvalidType', path, detail: `This value should be of type ${type}.` };
}

export function tooLong(path: string, max: number): Violation {
  return { code: 'TooLong', path, detail: `This value is too long. It should have ${max} characters or less.` };
}
