package dev.backstop.examples.projectmanager;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a request says, never null. */
final class Parameters {
  private Parameters() {}

  static String text(HttpServletRequest request, String name) {
    String value = request.getParameter(name);
    return value == null ? "" : value;
  }

  /** The parts of the path below the servlet's own. */
  static String[] path(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null ? new String[0] : path.substring(1).split("/", -1);
  }

  static TaskForm task(HttpServletRequest request) {
    String[] assignees = request.getParameterValues("assignee");
    Set<String> chosen =
        new LinkedHashSet<>(Arrays.asList(assignees == null ? new String[0] : assignees));
    chosen.remove("");
    return new TaskForm(
        text(request, "title"),
        text(request, "estimate"),
        request.getParameter("done") != null,
        text(request, "parent"),
        chosen,
        text(request, "version"));
  }
}
