export const stepTags = [
  { name: 'Contacts', description: 'Finding, creating and changing contacts.' },
  { name: 'Leads', description: 'Creating and finding leads.' },
  { name: 'Companies', description: 'Creating companies; the contacts that belong to them.' },
  { name: 'Notes and calls', description: 'Adding notes and calls.' },
  { name: 'Tags', description: 'Making tags, putting them on entities and taking them away.' },
  { name: 'Links', description: 'Linking entities to each other.' },
  { name: 'Search', description: 'Full-text search.' },
  { name: 'Custom fields', description: 'The fields that an account has.' },
] as const;

export type StepTag = (typeof stepTags)[number]['name'];
