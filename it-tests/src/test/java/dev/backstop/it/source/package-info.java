/** What the source of the data does, in a day and with little memory. */
@NullMarked
package dev.backstop.it.source;

import org.jspecify.annotations.NullMarked;
