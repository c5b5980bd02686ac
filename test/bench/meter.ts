/** What a process has used so far. */
export interface Usage {
  /** CPU time in microseconds, all threads. */
  cpu: number;
  /** Resident memory in bytes. */
  rss: number;
}

// Loaded into measured processes with --import: answers any message over IPC. The channel keeps nobody alive.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() });
});
process.channel?.unref();
