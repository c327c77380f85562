package dev.backstop.examples.projectmanager;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Somebody whom tasks are assigned to. */
@Entity
@Table(name = "employee")
public class Employee {
  @Id private long id;
  private String name = "";
  private String role = "";

  /** For the provider. */
  protected Employee() {}

  public long id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String role() {
    return role;
  }
}
