import type { Kind } from './models.ts';

export function perKind<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return {
    contacts: make('contacts'),
    leads: make('leads'),
    companies: make('companies'),
    customers: make('customers'),
  };
}
