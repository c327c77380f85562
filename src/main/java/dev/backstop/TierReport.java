package dev.backstop;

/**
 * How one tier between the fast tier and the backups does.
 *
 * @param cache the cache's name
 * @param tier the tier's name
 * @param isOut whether it failed and did not work since
 * @param answered how many gets and peeks it answered
 * @param failures how often it failed
 * @param skipped how often it was not asked because it had failed
 * @param unrepaired how much is still to be removed from it that it missed; none of it is believed
 */
public record TierReport(
    String cache,
    String tier,
    boolean isOut,
    long answered,
    long failures,
    long skipped,
    int unrepaired) {}
