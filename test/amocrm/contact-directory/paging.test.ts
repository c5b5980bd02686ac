import t from 'tap';
import { placeOf } from '../../../src/amocrm/contact-directory/paging.ts';

t.test('a page shows the item, begins where amoCRM’s pages begin, and goes on behind it', async (t) => {
  let pages = 0;
  let item = 0;
  for (; item < 100_000; pages += 1) {
    const { page, limit, start } = placeOf(item, 250);
    if (start > item || start + limit - 1 <= item) t.fail(`${item} is not followed up by ${start} and ${limit} more`);
    if (limit > 250 || start !== (page - 1) * limit) t.fail(`no page of amoCRM's begins at ${start}`);
    item = start + limit - 1;
  }
  t.ok(item / pages > 230, `${item / pages} new ones a page`);
});
