package dev.backstop.it.conformance.probe;

import dev.backstop.it.conformance.TextServlet;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import javax.management.ObjectName;

/** Lists the names of the management beans. */
@WebServlet("/beans")
public class BeansServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) {
    return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
        .map(ObjectName::getCanonicalName)
        .sorted()
        .collect(Collectors.joining("\n"));
  }
}
