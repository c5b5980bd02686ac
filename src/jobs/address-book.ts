/**
 * The store of the accounts of amoCRM that one account has had, by their addresses. A promise rejects when the store cannot
 * be read or did not save the change.
 */
export interface AddressBook {
  /** The id of the account of amoCRM at that address, as far as it was ever asked. */
  find(address: string): Promise<number | undefined>;
  put(address: string, amocrmId: number): Promise<void>;
}
