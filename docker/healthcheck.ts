/**
 * The container's health check: `node docker/healthcheck.ts [path] [milliseconds]` asks the server in this container,
 * prints one line and exits 0 (a 2xx answer) or 1.
 */
const [path = '/health', milliseconds = '12000'] = process.argv.slice(2);

try {
  const response = await fetch(`http://127.0.0.1:${process.env.PORT || 8080}${path}`, {
    signal: AbortSignal.timeout(Number(milliseconds)),
  });
  const body = await response.text();
  if (response.ok) say(`healthy: ${response.status}`);
  else fail(`${response.status} ${body}`);
} catch (error) {
  // fetch says "fetch failed" and keeps what happened, such as a refused connection, in the cause.
  const { cause } = error as Error;
  fail(String(cause ?? error));
}

function fail(reason: string): void {
  process.exitCode = 1;
  say(`unhealthy: ${reason}`);
}

function say(line: string): void {
  process.stdout.write(`${line.replaceAll(/\s+/g, ' ').slice(0, 500)}\n`);
}
