package dev.backstop.examples.projectmanager;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The people of the company. */
@Dependent
class Employees {
  @Inject @OfCompany EntityManager em;

  List<Employee> all() {
    return em.createQuery("select e from Employee e order by e.name", Employee.class)
        .getResultList();
  }

  /** Those with these letters in their name or role. */
  List<Employee> named(String letters) {
    String wanted = letters.strip().toLowerCase(Locale.ROOT);
    return all().stream()
        .filter(e -> (e.name() + " " + e.role()).toLowerCase(Locale.ROOT).contains(wanted))
        .toList();
  }

  @Nullable Employee find(String number) {
    return Numbers.isNumber(number) ? em.find(Employee.class, Long.valueOf(number)) : null;
  }

  Employee employee(String number) {
    Employee employee = find(number);
    if (employee == null) {
      throw Problem.noEmployee(number);
    }
    return employee;
  }
}
