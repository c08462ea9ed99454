# ./dev package: a .deb, whose dependencies are those that the binary was linked with, a tarball, and what containers need.
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/guide docs/reference DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(DIRECTORY examples/contract DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# Alert rules and a board, made from the table of metrics (docs/guide/operations.md).
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(monitoring ${CMAKE_CURRENT_BINARY_DIR}/monitoring)
set(monitoring_made ${monitoring}/sluice.rules.yaml ${monitoring}/sluice.board.json)
set(monitoring_source ${CMAKE_CURRENT_SOURCE_DIR}/packaging/monitoring)
add_custom_command(OUTPUT ${monitoring_made}
  COMMAND Python3::Interpreter ${monitoring_source}/generate.py ${monitoring}
  DEPENDS ${monitoring_source}/generate.py ${monitoring_source}/alerts.py ${monitoring_source}/board.py
          ${monitoring_source}/metrics_table.py ${CMAKE_CURRENT_SOURCE_DIR}/docs/reference/metrics.md
          ${CMAKE_CURRENT_SOURCE_DIR}/docs/guide/outbox.md
  VERBATIM)
add_custom_target(monitoring ALL DEPENDS ${monitoring_made})
install(FILES ${monitoring_made} DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice/monitoring)

# A service of systemd, not started before it is configured, and a first configuration (docs/guide/packages.md).
set(packaging ${CMAKE_CURRENT_SOURCE_DIR}/packaging)
install(FILES ${packaging}/systemd/sluice.service DESTINATION lib/systemd/system)
install(FILES ${packaging}/systemd/sluice.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# What Debian asks of every package: its terms, what has changed, and a page of the manual.
set(debian ${CMAKE_CURRENT_BINARY_DIR}/debian)
configure_file(${packaging}/debian/changelog.in ${debian}/changelog @ONLY)
configure_file(${packaging}/debian/sluice.1 ${debian}/sluice.1 COPYONLY)
execute_process(COMMAND gzip -9nkf ${debian}/changelog ${debian}/sluice.1 COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${packaging}/debian/copyright ${debian}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${debian}/sluice.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

# Manifests, with the contract of examples/ and the alerts in them, and the Dockerfile: these are in no package.
set(containers ${CMAKE_CURRENT_BINARY_DIR}/containers)
add_custom_target(containers
  COMMAND Python3::Interpreter ${packaging}/kubernetes/assemble.py ${containers}/kubernetes --version ${PROJECT_VERSION}
  COMMAND ${CMAKE_COMMAND} -E copy ${packaging}/docker/Dockerfile ${containers}/Dockerfile
  VERBATIM)

set(CPACK_PACKAGE_NAME sluice)
set(CPACK_PACKAGE_VENDOR Sluice)
set(CPACK_PACKAGE_CONTACT "Sluice maintainers <maintainers@sluice.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Every service gets the events it asked for, once each, in the order in which
they happened to each order, however late, doubled or out of order the topics
bring them: a resequencer and a dispatcher for Apache Kafka, in one program.
On one machine it needs nothing else: its log is embedded.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME sluice-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)  # who vouches for HTTPS receivers
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/debian/postinst ${packaging}/debian/prerm ${packaging}/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
