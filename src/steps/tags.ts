export const stepTags = [
  { name: 'Contacts', description: 'Finding, creating and changing contacts.' },
  { name: 'Leads', description: 'Creating and finding leads.' },
  { name: 'Companies', description: 'Creating companies.' },
  { name: 'Notes', description: 'Adding notes.' },
  { name: 'Search', description: 'Full-text search.' },
  { name: 'Custom fields', description: 'The fields that an account has.' },
] as const;

export type StepTag = (typeof stepTags)[number]['name'];
