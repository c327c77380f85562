/**
 * Time: stamps, and what is known of the database's clock. The highest stamp wins, in every tier,
 * on every node.
 */
@NullMarked
package dev.backstop.clock;

import org.jspecify.annotations.NullMarked;
