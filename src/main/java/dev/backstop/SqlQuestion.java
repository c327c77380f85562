package dev.backstop;

import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks by SQL, on a connection of its own. */
record SqlQuestion(DataSource dataSource, NamedSql sql, Map<String, ?> parameters)
    implements Changes.Question {
  @Override
  public boolean ask(Instant stamp) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql.positional(parameters))) {
      bind(statement, stamp);
      statement.setMaxRows(Rows.ENOUGH);
      try (ResultSet result = statement.executeQuery()) {
        return Rows.tellOfChange(rows(result));
      }
    }
  }

  private void bind(PreparedStatement statement, Instant stamp) throws SQLException {
    int position = 0;
    for (String name : sql.names()) {
      if (name.equals(NamedSql.STAMP)) {
        position++;
        Object bound = StampType.of(type(statement, position), stamp);
        statement.setObject(position, bound);
      } else {
        for (Object value : values(parameters.get(name))) {
          statement.setObject(++position, value);
        }
      }
    }
  }

  /** What the driver says that a parameter is; an OffsetDateTime if it says nothing of use. */
  private static Class<?> type(PreparedStatement statement, int position) throws SQLException {
    try {
      ParameterMetaData types = statement.getParameterMetaData();
      String name = types.getParameterTypeName(position).toLowerCase(Locale.ROOT);
      boolean hasZone = name.equals("timestamptz") || name.endsWith(" with time zone");
      return switch (types.getParameterType(position)) {
        case Types.TIMESTAMP -> hasZone ? OffsetDateTime.class : LocalDateTime.class;
        case Types.BIGINT -> Long.class;
        case Types.INTEGER -> Integer.class;
        default -> OffsetDateTime.class;
      };
    } catch (SQLFeatureNotSupportedException saysNothing) {
      return OffsetDateTime.class;
    }
  }

  /** What is bound for a parameter, which may be a list. */
  static List<@Nullable Object> values(@Nullable Object parameter) {
    List<@Nullable Object> values = new ArrayList<>();
    if (parameter instanceof Collection<?> list) {
      list.forEach(element -> values.add(value(element)));
    } else {
      values.add(value(parameter));
    }
    return values;
  }

  /** A parameter in a type that drivers take. */
  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    if (value instanceof ZonedDateTime moment) {
      return moment.toOffsetDateTime();
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    return value != null && value.getClass() == Date.class
        ? Timestamp.from(((Date) value).toInstant())
        : value;
  }

  private static List<Object[]> rows(ResultSet result) throws SQLException {
    int columns = result.getMetaData().getColumnCount();
    List<Object[]> rows = new ArrayList<>();
    while (rows.size() < Rows.ENOUGH && result.next()) {
      Object[] row = new Object[columns];
      for (int column = 0; column < columns; column++) {
        row[column] = result.getObject(column + 1);
      }
      rows.add(row);
    }
    return rows;
  }

  @Override
  public String toString() {
    return sql.text();
  }
}
