/**
 * What Backstop's tests stand on: time that a test moves, gates instead of sleeps, real databases
 * whose faults a test can switch on, and a check that no test leaves a thread or a connection
 * behind. Shipped in the test-jar, for the integration tests.
 */
@NullMarked
package dev.backstop.testing;

import org.jspecify.annotations.NullMarked;
