package dev.backstop;

/**
 * What became of the backups to write since this Backstop was opened, and what waits.
 *
 * @param waiting how many rows and whole-cache changes are not in the table yet
 * @param waitingBytes what the values among them take
 * @param written how many rows the table was given and did not fail on; where it had something
 *     newer, it kept that
 * @param dropped how many were given up because the queue was full
 * @param refused how many were given up because the database refused them
 */
public record WriteReport(
    long waiting, long waitingBytes, long written, long dropped, long refused) {}
