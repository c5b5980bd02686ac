/** The numbers by which the history names types of fields: those of the second version of the API. */
export const FIELD_TYPE_NUMBERS: Record<string, number> = {
  text: 1,
  numeric: 2,
  checkbox: 3,
  select: 4,
  multiselect: 5,
  date: 6,
  url: 7,
  multitext: 8,
  textarea: 9,
  radiobutton: 10,
  streetaddress: 11,
  smart_address: 13,
  birthday: 14,
  legal_entity: 15,
  items: 16,
};
