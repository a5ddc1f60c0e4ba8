// Loaded before the storage server. The twin holds the other end of standard input and never writes
// to it: its end means that the twin is gone, however it went, and the server must not outlive it.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
process.stdin.unref(); // or the pipe alone would keep a server alive that has been told to leave
