package dev.backstop.it.kill;

import dev.backstop.Backstop;
import java.sql.Connection;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens a Backstop on an empty database, and dies before that statement or commit of it, counted
 * from the first of the migration.
 */
final class KilledStart {
  static final int KILLED = 9;

  private static int left;
  private static boolean hasBegun;

  private KilledStart() {}

  public static void main(String[] arguments) {
    left = Integer.parseInt(arguments[3]);
    DataSource dying =
        ProxyDataSourceBuilder.create(dataSource(arguments[0], arguments[1], arguments[2]))
            .beforeQuery((execution, queries) -> step(queries.get(0).getQuery()))
            .beforeMethod(KilledStart::step)
            .build();
    Backstop.builder().dataSource(dying).failFast(true).build();
    Runtime.getRuntime().halt(0);
  }

  private static void step(MethodExecutionContext call) {
    if (call.getTarget() instanceof Connection && call.getMethod().getName().equals("commit")) {
      step("commit");
    }
  }

  private static synchronized void step(String what) {
    hasBegun |= what.contains("backstop_backup (");
    if (hasBegun && --left == 0) {
      System.out.println("dies before " + what);
      Runtime.getRuntime().halt(KILLED);
    }
  }

  private static DataSource dataSource(String jdbcUrl, String username, String password) {
    if (jdbcUrl.startsWith("jdbc:h2:")) {
      JdbcDataSource h2 = new JdbcDataSource();
      h2.setURL(jdbcUrl + ";WRITE_DELAY=0");
      h2.setUser(username);
      h2.setPassword(password);
      return h2;
    }
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setURL(jdbcUrl);
    postgres.setUser(username);
    postgres.setPassword(password);
    return postgres;
  }
}
