import { text } from 'node:stream/consumers';
import t from 'tap';
import Reporter from './reporter.ts';

const output = `TAP version 14
# Subtest: test/good.test.ts
    # seed 5
    # Subtest: all is well
        ok 1 - should be equal
        1..1
    ok 1 - all is well # time=3ms
    ok 2 - no browser # SKIP
    1..2
ok 1 - test/good.test.ts # time=10ms

# Subtest: test/bad.test.ts
    # seed 7
    # Subtest: outer
        # Subtest: inner
            ok 1 - should be equal
            not ok 2 - should be equivalent
              ---
              diff: |
                -2
                +1
              at:
                lineNumber: 4
              ...
            not ok 3 - known # TODO
            1..3
        not ok 1 - inner # time=2ms
          ---
          source: inner
          ...
        1..1
    not ok 1 - outer # time=3ms
    1..1
not ok 2 - test/bad.test.ts # time=9ms
  ---
  exitCode: 1
  ...

# Subtest: test/dead.test.ts
    1..0
not ok 3 - test/dead.test.ts # time=1ms
  ---
  exitCode: 3
  ...

# { total: 6, pass: 2, fail: 2, skip: 1 }
`;

t.test('what tap prints is cut to a line for each file and to what failed, with its place and diff', async (t) => {
  const reporter = new Reporter();
  // Cut anywhere.
  for (let start = 0; start < output.length; start += 100) reporter.write(output.slice(start, start + 100));
  reporter.end();
  t.equal(
    await text(reporter),
    `ok test/good.test.ts # time=10ms
not ok test/bad.test.ts # time=9ms
not ok test/dead.test.ts # time=1ms

not ok: test/bad.test.ts > outer > inner > should be equivalent
  diff: |
    -2
    +1
  at:
    lineNumber: 4
    # seed 7

not ok: test/dead.test.ts
  exitCode: 3
test/good.test.ts > no browser # SKIP

# { total: 6, pass: 2, fail: 2, skip: 1 }
`,
  );
});

t.test('a run that is given up says where and why, and what a file said whose own line never came', async (t) => {
  const reporter = new Reporter();
  reporter.end(`TAP version 14
# Subtest: test/hopeless.test.ts
    # Subtest: outer
        ok 1 - fine
    Bail out! no disk
Bail out! no disk
The process was killed
`);
  t.equal(
    await text(reporter),
    `
not ok: test/hopeless.test.ts > outer: Bail out! no disk

not ok: test/hopeless.test.ts: Bail out! no disk
The process was killed

`,
  );
});
