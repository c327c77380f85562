package dev.backstop.examples.projectmanager;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** The switch. */
@WebServlet("/source")
public class SourceServlet extends HttpServlet {
  @Inject SourceSwitch source;
  @Inject Employees employees;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) {
    Employee employee = employees.employee(Parameters.text(request, "employee"));
    boolean broken = Parameters.text(request, "turn").equals("broken");
    source.turn(broken);
    Views.redirect(
        request,
        response,
        "/employees/" + employee.id() + "?said=" + (broken ? "broken" : "mended"));
  }
}
