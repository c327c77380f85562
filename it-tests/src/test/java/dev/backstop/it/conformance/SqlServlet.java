package dev.backstop.it.conformance;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Asks the application's database, past everything that the server has between. */
@WebServlet("/sql")
public class SqlServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    String pool = request.getParameter("pool");
    try (Connection connection = pool == null ? connect() : pool(pool).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(request.getParameter("query"))) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  private static DataSource pool(String name) throws NamingException {
    return InitialContext.doLookup(name);
  }

  private static Connection connect() throws Exception {
    String url = Settings.get("url");
    String driver = url.startsWith("jdbc:h2:") ? "org.h2.Driver" : "org.postgresql.Driver";
    Properties login = new Properties();
    login.setProperty("user", Settings.get("username"));
    login.setProperty("password", Settings.get("password"));
    return ((Driver) Class.forName(driver).getConstructor().newInstance()).connect(url, login);
  }
}
