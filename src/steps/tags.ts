/** The groups of steps in the documentation, in its order. */
export const stepTags = [
  { name: 'Contacts', description: 'Finding, creating, changing and reading contacts.' },
  { name: 'Leads', description: 'The life of a lead: from the first request to won or lost.' },
  { name: 'Companies', description: 'Finding, creating, changing and reading companies.' },
  { name: 'Tasks', description: 'Tasks of the people who work in amoCRM.' },
  { name: 'Notes and calls', description: 'Notes on entities, and calls among them.' },
  { name: 'Tags', description: 'Tags and what bears them.' },
  { name: 'Links', description: 'What belongs to what.' },
  { name: 'Search', description: 'Full-text search.' },
  { name: 'Pipelines', description: 'Pipelines and their statuses.' },
  { name: 'Custom fields', description: 'The fields that an account has.' },
  { name: 'Account', description: 'The account itself.' },
  { name: 'Users', description: 'The people who work in amoCRM.' },
] as const;

export type StepTag = (typeof stepTags)[number]['name'];
