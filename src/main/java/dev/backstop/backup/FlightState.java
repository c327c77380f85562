package dev.backstop.backup;

import org.jspecify.annotations.Nullable;

/**
 * Who loads a key, for all nodes. All moments are microseconds.
 *
 * @param isMine whether who asked is the one to load
 * @param claimedAt when that load was claimed; with the key and the node, what it is known by
 * @param claimedUntil until when others wait for it
 * @param end how it ended; null while it is under way
 */
public record FlightState(
    RowKey key, boolean isMine, long claimedAt, long claimedUntil, @Nullable FlightEnd end) {}
