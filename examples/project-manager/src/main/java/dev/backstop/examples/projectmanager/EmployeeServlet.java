package dev.backstop.examples.projectmanager;

import dev.backstop.Entry;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The page of an employee. */
@WebServlet("/employees/*")
public class EmployeeServlet extends HttpServlet {
  @Inject Employees employees;
  @Inject PersonalProjects projects;
  @Inject NewsBox news;
  @Inject SourceSwitch source;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String[] path = Parameters.path(request);
    if (path.length != 1) {
      throw Problem.noPage();
    }
    Employee employee = employees.employee(path[0]);
    long start = System.nanoTime();
    Entry<List<Project>> entry = projectsOf(employee);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Views.show(
        request,
        response,
        200,
        "employee",
        EmployeePage.of(
            employee,
            entry,
            took,
            news.read(),
            source.isBroken(),
            Parameters.text(request, "all"),
            Said.text(Parameters.text(request, "said"))));
  }

  private Entry<List<Project>> projectsOf(Employee employee) {
    try {
      return projects.personalProjects(employee);
    } catch (SourceSwitch.BrokenException nothingStandsIn) {
      throw new Problem(
          503,
          "No answer, and no backup yet",
          "The project database does not answer, and nobody has read the projects of "
              + employee.name()
              + " before, so that nothing can stand in.");
    }
  }
}
