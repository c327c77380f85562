/** The backups: the table, its migrations, and the one writer. */
@NullMarked
package dev.backstop.backup;

import org.jspecify.annotations.NullMarked;
