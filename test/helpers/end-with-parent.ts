/** Preloaded by processes of a test: ends them when the test is gone, without keeping them alive. */
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
