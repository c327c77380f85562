package dev.backstop.it;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Unpacks PostgreSQL's programs, where they are not yet, before the first test. The library does so
 * by files that are written asynchronously, whose threads the JDK keeps for a minute: unpacked
 * within a test, they would look like a leak of it. It is registered for every test class, and
 * costs one look at a map once they are there.
 */
public final class UnpackedServer implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
    Method unpack = // there is no other way that does not start a server
        EmbeddedPostgres.class.getDeclaredMethod(
            "prepareBinaries", PgBinaryResolver.class, File.class);
    unpack.setAccessible(true);
    try {
      unpack.invoke(null, DefaultPostgresBinaryResolver.INSTANCE, null);
    } catch (InvocationTargetException failure) {
      return; // whoever starts a server is told; with one that is given, nobody does
    }
  }
}
