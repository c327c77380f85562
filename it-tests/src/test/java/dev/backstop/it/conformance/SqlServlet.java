package dev.backstop.it.conformance;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Asks a database: that of a server's pool, or the application's, past all that is between. */
@WebServlet("/sql")
public class SqlServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    try (Connection connection = connect(request.getParameter("pool"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(request.getParameter("query"))) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  private static Connection connect(@Nullable String pool)
      throws SQLException, ReflectiveOperationException {
    if (pool != null) {
      return Jndi.dataSource(pool).getConnection();
    }
    String url = Settings.get("url");
    String driver = url.startsWith("jdbc:h2:") ? "org.h2.Driver" : "org.postgresql.Driver";
    Properties login = new Properties();
    login.setProperty("user", Settings.get("username"));
    login.setProperty("password", Settings.get("password"));
    return ((Driver) Class.forName(driver).getConstructor().newInstance()).connect(url, login);
  }
}
