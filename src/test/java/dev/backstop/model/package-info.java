/**
 * Random sequences of every operation, on the library and on a simple model of its contract, which
 * must give the same answers. {@link dev.backstop.model.Rules} is the contract, {@link
 * dev.backstop.model.Op} what is done, {@link dev.backstop.model.Run} does it on both.
 *
 * <p>All stamps of one step are in one millisecond, and no two steps are in the same: so the model
 * counts in milliseconds and is exact. It allows more than one answer only
 *
 * <ul>
 *   <li>of a heap that is full: it may have evicted any copy, before each step and while a get
 *       loads; and a change of two steps may find its copy gone from the heap, and then takes it
 *       from the tiers, too;
 *   <li>of a tier that failed once in this sequence: it may be silent, for as long as it is
 *       skipped, and may have lost any copy, as what it missed is removed; but it never holds
 *       anything but what the heap had last. At the end all tiers work again, and are believed
 *       again;
 *   <li>of a cull: whether what is past its ttl and idle goes depends on accesses and downtime, and
 *       whether a trace goes on downtime; {@code CullTest} is exact about both;
 *   <li>of an outage's end: which node's queue the database takes first. During it the model does
 *       not say which changes tell that they are not durable, as {@code DatabaseDownTest} does.
 * </ul>
 *
 * <p>In a transaction a node changes and peeks single keys, while the other node does anything.
 * What ends a whole cache, and loads, would be in one millisecond with the rest of their commit:
 * {@code TransactionTest} and {@code DirtyLoadsTest} have them.
 *
 * <p>Not in it: threads, timeouts, refreshes ahead, jitter, limits, {@code Durability.ASYNC}, tiers
 * that nodes share, a tier that fails and then is opened again, and tiers in an outage.
 */
@NullMarked
package dev.backstop.model;

import org.jspecify.annotations.NullMarked;
