package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"croft/server"
	"croft/store"
)

func passwordCommand() *cobra.Command {
	var s settings
	var passwordFile string
	cmd := &cobra.Command{
		Use: "password", Short: "Set a new password, end all sign-ins and apps' keys; works while the server runs", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := s.oneHome()
			if err != nil {
				return err
			}
			password, err := readPassword(passwordFile)
			if err != nil {
				return err
			}
			hash, err := server.HashPassword(password)
			if err != nil {
				return err
			}
			err = store.Beside(cmd.Context(), filepath.Join(folder, "croft.db"), func(v store.Sessions) error { return v.SetPassword(cmd.Context(), hash) })
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The password of %s is changed, and every sign-in and every app's key has ended.\n", homeName(folder))
			return nil
		},
	}
	s.addData(cmd)
	s.addHome(cmd)
	cmd.Flags().StringVar(&passwordFile, "password-file", "", "file whose first line is the new password")
	return cmd
}
