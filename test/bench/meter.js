// Loaded into measured processes with --import: tells over IPC, when asked, the CPU microseconds of all threads and the
// resident bytes. JavaScript, for what strips types takes memory of its own. The channel keeps nobody alive.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() });
});
process.channel?.unref();
